import type { Operation } from '../operation.ts'

/** Players say what is watched. They are thanked, so that they go on playing; nothing is counted yet. */
function collect(service: string, action: string): Operation {
  return { service, action, admits: 'anyone', parameters: [], run: async () => true }
}

export const statsCollect = collect('stats', 'collect')

/** What newer players call; they read the time of the answer. */
export const analyticsTrackEvent: Operation = {
  ...collect('analytics', 'trackEvent'),
  run: async ({ services }) => services.clock.now() / 1000,
}
