/**
 * Flags of the server's Node. A very small young generation: the bytes of uploads pass through as short-lived buffers
 * outside of the heap. Scavenges free them for next to nothing; with the default size there is hardly any, and for every
 * 32 MiB the collector walks the whole heap instead. Measured with one upload of 2 GiB: 57 scavenges and 1 full
 * collection instead of 0 and 67, 0.8 s of user time instead of 3.7 s, 189 MiB at most instead of 238 MiB; issuing tokens
 * is as fast as before (docs/performance.md).
 */
export const SERVER_FLAGS = ['--max-semi-space-size=1']

/**
 * Settings of glibc's allocator, which it reads once, at the start: freed memory is kept for the next bytes instead of
 * being given back and cleared anew, from one arena, for one thread handles bodies. One upload of 2 GiB to memory: 3.0 s
 * instead of 4.1 s of processor time, and 178 MiB at most instead of 196 MiB. Other allocators ignore them.
 */
export const SERVER_MEMORY = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '268435456',
  MALLOC_TOP_PAD_: '67108864',
}
