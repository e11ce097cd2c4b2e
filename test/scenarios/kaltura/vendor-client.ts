import { createRequire } from 'node:module'

type Request = Readonly<{ execute(client: object, callback: (isGood: boolean, result: unknown) => void): void }>
type Service = Readonly<Record<string, (...parameters: readonly unknown[]) => Request>>
type Vendor = Readonly<{
  Configuration: new () => { serviceUrl: string; setLogger(logger: object): void }
  Client: new (configuration: object) => { setKs(ks: string): void }
  services: Readonly<Record<string, Service>>
  objects: Readonly<Record<string, new (values: object) => object>>
}>

/** The vendor's own client for Node: generated code, without types. */
const vendor = createRequire(import.meta.url)('kaltura-client') as Vendor

/** Has the vendor's client call `service.action`; an error is returned as the client was told of it. */
export function vendorClient(url: string, ks: string) {
  const silent = () => undefined
  const configuration = new vendor.Configuration()
  configuration.serviceUrl = url
  configuration.setLogger({ log: silent, error: silent, debug: silent })
  const client = new vendor.Client(configuration)
  client.setKs(ks)
  return (action: string, ...parameters: readonly unknown[]): Promise<unknown> => {
    const [service = '', name = ''] = action.split('.')
    const request = vendor.services[service]?.[name]
    if (request === undefined) throw new Error(`the vendor's client has no ${action}`)
    return new Promise((resolve) => request(...parameters).execute(client, (_, result) => resolve(result)))
  }
}

/** An object as the vendor's client makes it, for example `UploadedFileTokenResource`. */
export function vendorObject(type: string, values: object): object {
  const Type = vendor.objects[type]
  if (Type === undefined) throw new Error(`the vendor's client has no ${type}`)
  return new Type(values)
}
