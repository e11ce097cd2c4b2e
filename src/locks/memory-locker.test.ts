import { lockerContract } from '../../test/contract/locker.ts'
import { MemoryLocker } from './memory-locker.ts'

lockerContract('memory', async () => {
  const locker = new MemoryLocker()
  return { locker, another: async () => locker }
})
