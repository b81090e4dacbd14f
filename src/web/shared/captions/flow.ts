import type { Mode } from '../../../protocol/events.ts'

/**
 * Where rows of roll-up text are broken again, they flow into each other; a speaker's turn and a screen
 * begin anew.
 */
export function flowOf(mode: Mode, text: string): 'turn' | 'flows' | 'screen' {
  if (text.startsWith('>>')) return 'turn'
  return mode === 'roll-up' ? 'flows' : 'screen'
}
