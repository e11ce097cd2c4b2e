import { remoteFilesContract } from '../../test/contract/remote-file.ts'
import { HttpRemoteFiles } from './http-remote-files.ts'

remoteFilesContract('http', (options) => new HttpRemoteFiles({ allow: [], ...options }))
