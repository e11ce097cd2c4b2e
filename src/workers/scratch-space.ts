import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseId } from '../core/ids.ts'
import type { ClaimedJob, Job } from '../core/jobs/job.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'

/** Local directories in which attempts make their files, one for each, named after job and fence. */
export class ScratchSpace {
  readonly #directory: string
  readonly #work: UnitOfWork

  /** `directory` is made when it is first needed; nobody else keeps files in it. */
  constructor(parts: Readonly<{ directory: string; work: UnitOfWork }>) {
    this.#directory = parts.directory
    this.#work = parts.work
  }

  /** Lends an empty directory to this attempt; it is gone once `use` settles, as is what earlier attempts left here. */
  async withDirectory<T>(job: ClaimedJob, use: (directory: string) => Promise<T>): Promise<T> {
    for (let fence = 1; fence < job.fence; fence++) await this.#remove(nameOf(job, fence))
    const directory = join(this.#directory, nameOf(job, job.fence))
    await mkdir(directory, { recursive: true })
    try {
      return await use(directory)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }

  /**
   * Removes what workers left that died, and leaves alone what one in another process is working on. Returns how many
   * directories it removed.
   */
  async sweep(): Promise<number> {
    let removed = 0
    for (const name of await this.#names()) {
      const [id = '', fence] = name.split('-')
      const jobId = parseId('job', id)
      const job = jobId && (await this.#work.read.jobs.get(jobId))
      if (job?.state === 'running' && String(job.fence) === fence) continue
      await this.#remove(name)
      removed += 1
    }
    return removed
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#directory)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  #remove(name: string): Promise<void> {
    return rm(join(this.#directory, name), { recursive: true, force: true })
  }
}

function nameOf(job: Job, fence: number): string {
  return `${job.id}-${fence}`
}
