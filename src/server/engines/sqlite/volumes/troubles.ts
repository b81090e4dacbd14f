import { statSync } from 'node:fs'
import { CcrError } from '../../../../protocol/codes.ts'
import { messageOf } from '../../../../protocol/message-of.ts'
import { isDatabaseDamage, storageFailure } from '../database.ts'

/** How often files that could not be read are looked at again. */
export const reviewEveryMs = 1000

/** A file of the archive that cannot be read. */
export interface Trouble {
  readonly file: string
  /** One sentence for operators. */
  readonly problem: string
}

interface Known extends Trouble {
  /** Which file it was: another inode, size or time is a reason to look again. */
  readonly mark: string
  readonly again: () => void
}

/** Failures that pass by themselves when their cause goes. */
const passing = new Set(['EMFILE', 'ENFILE', 'EIO', 'EACCES', 'EPERM', 'ENOMEM'])

/**
 * What a reading worker could not read. Each file is told once; when the file has been replaced, the
 * read that failed is tried again, and only its success takes the trouble back.
 */
export class Troubles {
  readonly #tell: (troubles: readonly Trouble[]) => void
  readonly #known = new Map<string, Known>()

  constructor(tell: (troubles: readonly Trouble[]) => void) {
    this.#tell = tell
  }

  /** The error that a reader is told; `what` names the part of the archive, `again` reads it once more. */
  failure(file: string, what: string, error: unknown, again: () => void): CcrError {
    if (error instanceof CcrError) return error
    const { isLost, reason } = judge(error)
    if (!isLost)
      return new CcrError('storage-unavailable', `${what} cannot be read at present: ${reason}.`)
    if (!this.#known.has(file)) {
      const problem = `${file} cannot be read: ${reason}. All else can; put this file back from a backup.`
      this.#known.set(file, { file, problem, mark: markOf(file), again })
      this.#report()
    }
    return new CcrError(
      'storage-damaged',
      `${what} cannot be read: ${reason}. All else can: ask for other times with from and to.`,
    )
  }

  /** Looks again at files that have changed since they could not be read. */
  review(): void {
    let mended = 0
    for (const known of [...this.#known.values()]) {
      const mark = markOf(known.file)
      if (mark === known.mark) continue
      try {
        known.again()
        this.#known.delete(known.file)
        mended++
      } catch {
        this.#known.set(known.file, { ...known, mark })
      }
    }
    if (mended > 0) this.#report()
  }

  #report(): void {
    this.#tell([...this.#known.values()].map(({ file, problem }) => ({ file, problem })))
  }
}

/** An archive's file is damaged unless the reason is known to lie elsewhere. */
function judge(error: unknown): { isLost: boolean; reason: string } {
  const failure = storageFailure(error)
  if (failure !== undefined) return { isLost: isDatabaseDamage(error), reason: failure }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return { isLost: true, reason: 'it is missing' }
  if (isPassing(error)) return { isLost: false, reason: code }
  return { isLost: true, reason: messageOf(error) }
}

/** Whether it is worth waiting: nothing says that the file itself is lost. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && passing.has(String(error.code))
}

/** Whether a reader was told that a file of the archive is lost. */
export function isDamage(error: unknown): boolean {
  return error instanceof CcrError && error.code === 'storage-damaged'
}

function markOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? 'missing' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`
}
