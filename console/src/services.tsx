import { createContext, useContext } from 'react'
import type { ApiClient } from './api/api-client.ts'
import type { UploadQueue } from './uploads/upload-queue.ts'

/** What the components talk to; made once in main.tsx. */
export interface Services {
  api: ApiClient
  uploads: UploadQueue
}

const ServicesContext = createContext<Services | null>(null)

export const ServicesProvider = ServicesContext.Provider

/** The page's services. Throws outside of a ServicesProvider. */
export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (services === null) throw new Error('no ServicesProvider above this component')
  return services
}
