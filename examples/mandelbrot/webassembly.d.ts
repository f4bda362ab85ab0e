/** What the task needs of WebAssembly: the types of Node leave it out. With the lib "dom" it is there. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  function instantiate(
    bytes: ArrayBufferView,
  ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
}
