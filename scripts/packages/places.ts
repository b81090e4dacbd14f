import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)))
export const packaging = `${root}/packaging`
export const work = `${root}/node_modules/.cache/packages`
/** What is made, unless --out says otherwise. */
export const made = `${root}/dist/packages`
