/** What clients call a profile: the account's key before ours. */
export function wireProfileKey(account: string, key: string): string {
  return `${account}-${key}`
}
