/**
 * Starting a heap profile with these options collects garbage first (100 MB of live objects: about
 * 70 ms). The profile itself is not used.
 */
export const forcedCollection = { sampleInterval: 2 ** 30, stackDepth: 1, forceGC: true };

/**
 * How far a heap may grow beyond its live objects before garbage is collected again, as a factor.
 */
export const slack = 1.5;
