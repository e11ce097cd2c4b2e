import Uppy from '@uppy/core'
import Tus from '@uppy/tus'

type Wish = Readonly<{ endpoint: string; token: string; file: string; chunkSize: number }>
type Outcome = Readonly<{ uploadUrls: readonly (string | undefined)[]; errors: readonly string[] }>

/** What a page of a customer's does: takes a file (here from the page's own server) and lets Uppy send it. */
async function sendWithUppy({ endpoint, token, file, chunkSize }: Wish): Promise<Outcome> {
  const data = await (await fetch(file)).blob()
  const uppy = new Uppy({ restrictions: { maxNumberOfFiles: 1 } })
  uppy.use(Tus, { endpoint, chunkSize, headers: { authorization: `Bearer ${token}` } })
  uppy.addFile({ name: 'film.mp4', type: 'video/mp4', data })
  const result = await uppy.upload()
  return {
    uploadUrls: result?.successful?.map(({ uploadURL }) => uploadURL) ?? [],
    errors: result?.failed?.map(({ error }) => String(error)) ?? [],
  }
}

Object.assign(globalThis, { sendWithUppy })
