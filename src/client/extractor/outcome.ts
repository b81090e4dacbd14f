/** How a ccextractor ended. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why we ended it ourselves; null when we did not. */
  readonly ended: 'memory' | 'stuck' | null
  /** The last that it wrote to stderr. */
  readonly said: string
}

/** It read its input to the end. 10: without having found captions. */
export function isWell({ code, ended }: Outcome): boolean {
  return ended === null && (code === 0 || code === 10)
}

/** Trying again gives the same. */
export function isHopeless({ code }: Outcome): boolean {
  return code !== null && hopeless.has(code)
}

/** Its own codes (ccx_common_common.h), of which a process has eight bits. */
const codes: Readonly<Record<number, string>> = {
  1: 'ccextractor failed',
  2: 'ccextractor got no input',
  3: 'ccextractor got too many inputs',
  4: 'ccextractor says that these options do not go together',
  5: 'ccextractor cannot write',
  6: 'ccextractor cannot tell how long its input is',
  7: 'this ccextractor does not know an option that it was given',
  8: 'ccextractor cannot read its input',
  9: 'this ccextractor cannot read such a stream',
  10: 'ccextractor found no captions',
  11: 'this ccextractor answers with its help',
  44: 'ccextractor failed',
  101: 'ccextractor crashed',
  134: 'ccextractor crashed',
  137: 'ccextractor was killed',
  139: 'ccextractor crashed',
  141: 'ccextractor lost its output',
  232: 'ccextractor found a fault of its own',
  234: 'ccextractor found no BIN in its input',
  244: 'ccextractor has not enough memory',
  246: 'ccextractor’s buffer is full',
}
const hopeless = new Set([3, 4, 5, 7, 9, 11])
const crashes = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'])
const longestQuote = 160

/** In the operator’s words. */
export function wordsOf(outcome: Outcome, memoryBytes: number): string {
  const { code, signal, ended, said } = outcome
  if (ended === 'memory')
    return `ccextractor took more than ${Math.round(memoryBytes / 1024 ** 2)} MiB of memory (--extractor-memory)`
  if (ended === 'stuck') return 'ccextractor did not read its input any more'
  const quote = said === '' ? '' : `: ${said.slice(0, longestQuote)}`
  if (signal !== null)
    return crashes.has(signal)
      ? `ccextractor crashed (${signal})${quote}`
      : `ccextractor was ended by ${signal}${signal === 'SIGKILL' ? ', by hand or because memory ran out' : ''}`
  if (code === 0) return 'ccextractor ended by itself'
  const words = codes[code ?? -1] ?? 'ccextractor failed'
  return code === 10 ? words : `${words} (${code ?? 'no code'})${quote}`
}
