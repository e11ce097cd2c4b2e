import { messageBusContract } from '../../test/contract/message-bus.ts'
import { MemoryBus } from './memory-bus.ts'

messageBusContract('memory', async () => {
  const errors: unknown[] = []
  const bus = new MemoryBus({ onHandlerError: (error) => errors.push(error) })
  return { bus, another: async () => bus, reported: () => errors }
})
