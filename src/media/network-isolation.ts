import { captureProcess } from './process-runner.ts'

/**
 * Ways to start a command in a network namespace of its own, in which there is no interface but an unconfigured
 * loopback. The first needs root; the second makes a user namespace for it, which some systems forbid. It maps only
 * our own user, so that root would lose its hold on other people's files.
 */
const WAYS = [
  ['unshare', '--net', '--'],
  ['unshare', '--user', '--map-root-user', '--net', '--'],
] as const

const TRIAL_TIME_MS = 10_000

/**
 * The command line to put before a tool that shall reach no network; undefined where the system allows none (then
 * only the tool's own protocol allow-list stands between it and the network).
 */
export async function findNetworkIsolation(): Promise<readonly string[] | undefined> {
  for (const way of WAYS) {
    const outcome = await captureProcess({
      command: '/bin/cat',
      // Seen from inside: loopback and nothing else.
      args: ['/proc/net/dev'],
      signal: new AbortController().signal,
      timeLimitMs: TRIAL_TIME_MS,
      limits: { niceness: 0, isolation: way },
    })
    if (outcome.ending === 'exited' && outcome.exitCode === 0 && interfaces(outcome.stdout).join() === 'lo') return way
  }
  return undefined
}

function interfaces(table: string): string[] {
  return [...table.matchAll(/^\s*([^\s:]+):/gm)].map(([, name = '']) => name)
}
