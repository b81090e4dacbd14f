import { mkdirSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'

/** Where what went wrong is left; what is mended moves to test/fixtures/findings, where a short test reads it for ever. */
const folder = 'artifacts/findings'

/** Runs a check on bytes; what it does not stand is kept, and named by the failure. */
export function keepFinding(kind: string, bytes: Uint8Array, check: () => void): void {
  try {
    check()
  } catch (error) {
    mkdirSync(folder, { recursive: true })
    const file = `${folder}/${kind}-${Date.now()}.bin`
    writeFileSync(file, bytes)
    throw new Error(`${file}: ${inspect(error).slice(0, 3000)}`, { cause: error })
  }
}
