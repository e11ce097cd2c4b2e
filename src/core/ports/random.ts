/** Cryptographically strong randomness; injected, so that tests can repeat themselves. */
export interface Random {
  bytes(count: number): Uint8Array
}
