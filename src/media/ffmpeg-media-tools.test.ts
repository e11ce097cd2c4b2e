import { mediaToolsContract } from '../../test/contract/media-tools.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import { FfmpegMediaTools } from './ffmpeg-media-tools.ts'
import { findNetworkIsolation } from './network-isolation.ts'

const isolation = await findNetworkIsolation()

// Without lowered priority, so that test files running beside this one do not starve it.
mediaToolsContract(
  'ffmpeg',
  async () => new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 2, niceness: 0, isolation }),
)
