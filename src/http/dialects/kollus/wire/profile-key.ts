/** What clients call a profile: the account's key before ours. */
export function wireProfileKey(account: string, key: string): string {
  return `${account}-${key}`
}

/** Our own keys that a client may mean by one of the wire, the likelier one first. */
export function profileKeysMeant(account: string, wireKey: string): readonly string[] {
  const prefix = `${account}-`
  return wireKey.startsWith(prefix) ? [wireKey.slice(prefix.length), wireKey] : [wireKey]
}
