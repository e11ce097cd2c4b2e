import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Peer } from '../lib/peer.ts'
import { MeteredProcess } from '../lib/process-meter.ts'

/** Distributions put it where only root looks. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** nginx taking WebDAV PUT, in one process as the others are; undefined when it is not installed. Never syncs. */
export function nginx(): Peer | undefined {
  const command = FOLDERS.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path))
  if (command === undefined) return undefined
  return {
    name: 'nginx WebDAV PUT',
    durable: false,
    async start(directory, port) {
      // On one file system, so that its move from the temporary file is a rename.
      for (const folder of ['files', 'temp']) await mkdir(join(directory, folder), { mode: 0o777 })
      const configuration = join(directory, 'nginx.conf')
      await writeFile(configuration, settings(directory, port))
      const url = `http://127.0.0.1:${port}`
      const server = await MeteredProcess.start(command, ['-c', configuration, '-p', directory, '-e', 'stderr'], {
        url,
      })
      const plan = async (name: string) => ({ method: 'PUT', url: `${url}/${name}`, headers: {}, form: false })
      return { process: server, plan, stop: () => server.stop() }
    },
  }
}

function settings(directory: string, port: number): string {
  return `
    daemon off;
    master_process off;
    pid ${directory}/nginx.pid;
    error_log stderr crit;
    events { worker_connections 4096; }
    http {
      access_log off;
      client_max_body_size 0;
      client_body_buffer_size 1m;
      client_body_temp_path ${directory}/temp;
      server {
        listen 127.0.0.1:${port} backlog=4096;
        root ${directory}/files;
        dav_methods PUT;
      }
    }
  `
}
