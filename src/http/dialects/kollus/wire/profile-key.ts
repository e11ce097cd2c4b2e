/** What clients call a profile: the account's key before ours. */
export function wireProfileKey(account: string, key: string): string {
  return `${account}-${key}`
}

/** Our key of what a client calls a profile, which may come without the account's key, too. */
export function ownProfileKey(account: string, text: string): string {
  const prefix = wireProfileKey(account, '')
  return text.length > prefix.length && text.startsWith(prefix) ? text.slice(prefix.length) : text
}
