/** The JavaScript tus server with its file store, as its documentation sets it up. Arguments: directory, port. */
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [directory = '.', port = '0'] = process.argv.slice(2)
const server = new Server({ path: '/files', datastore: new FileStore({ directory }) })
server.listen({ host: '127.0.0.1', port: Number(port) })
