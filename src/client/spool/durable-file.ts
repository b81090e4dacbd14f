import { channel } from 'node:diagnostics_channel'
import { open, rename } from 'node:fs/promises'
import path from 'node:path'

const replacing = channel('ccr:spool.replacing')
const replaced = channel('ccr:spool.replaced')

/** Replaces a file whole: after a power cut it is the old one or the new one. */
export async function writeDurably(file: string, content: string): Promise<void> {
  const temporary = `${file}.new`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  replacing.publish(undefined)
  await rename(temporary, file)
  await syncFolder(path.dirname(file))
  replaced.publish(undefined)
}

/** Makes names in a folder durable: creations, renames, removals. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
