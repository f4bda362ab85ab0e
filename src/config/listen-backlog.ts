/** Most connections that wait in the kernel for one listening socket: the default of node:net. */
export const listenBacklog = 511;
