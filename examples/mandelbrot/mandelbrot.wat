;; The Mandelbrot set, as shades of grey. The picture is at the start of the memory.
(module
  (memory (export "memory") 1)

  ;; Makes room for so many bytes.
  (func (export "grow") (param $bytes i32)
    (local $missing i32)
    (local.set $missing
      (i32.sub
        (i32.div_u (i32.add (local.get $bytes) (i32.const 65535)) (i32.const 65536))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1)) (then (unreachable))))))

  ;; Draws one row: width pixels, from the point (x, y) on, each `step` further right.
  (func (export "row")
    (param $at i32) (param $width i32) (param $x f64) (param $y f64) (param $step f64) (param $most i32)
    (local $end i32) (local $count i32) (local $a f64) (local $b f64) (local $aa f64) (local $bb f64)
    (local.set $end (i32.add (local.get $at) (local.get $width)))
    (block $done
      (loop $pixel
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $count (i32.const 0))
        (local.set $a (f64.const 0))
        (local.set $b (f64.const 0))
        (block $escaped
          (loop $turn
            (local.set $aa (f64.mul (local.get $a) (local.get $a)))
            (local.set $bb (f64.mul (local.get $b) (local.get $b)))
            (br_if $escaped (f64.gt (f64.add (local.get $aa) (local.get $bb)) (f64.const 4)))
            (br_if $escaped (i32.ge_u (local.get $count) (local.get $most)))
            (local.set $b
              (f64.add (f64.mul (f64.mul (local.get $a) (local.get $b)) (f64.const 2)) (local.get $y)))
            (local.set $a (f64.add (f64.sub (local.get $aa) (local.get $bb)) (local.get $x)))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (br $turn)))
        (i32.store8 (local.get $at)
          (i32.sub (i32.const 255)
            (i32.div_u (i32.mul (local.get $count) (i32.const 255)) (local.get $most))))
        (local.set $x (f64.add (local.get $x) (local.get $step)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $pixel)))))
