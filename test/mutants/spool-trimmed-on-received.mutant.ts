import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A sender forgets what a server has received and may still lose.',
  file: 'src/client/uploader.ts',
  find: 'await spool.trim(stored)',
  replace: 'await spool.trim(received)',
  test: {
    file: 'test/client/ahead-of-storage.test.ts',
    name: 'a sender keeps what is received and not stored, and sends it again when it was lost',
  },
}
