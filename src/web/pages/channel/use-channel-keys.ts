import { useChannelMessages } from '../../messages/channel/use-channel-messages.ts'
import { letterCase, lineFlow } from '../../shared/settings/choices.ts'
import { useShortcuts } from '../../shared/keyboard/shortcuts.ts'
import type { ProgrammeSteps } from './day/day-bar.tsx'
import type { Reading } from './day/reading.ts'

/** Single keys of a channel’s page. */
export function useChannelKeys(actions: {
  readonly step: ProgrammeSteps
  readonly goLive: () => void
  readonly toggleFind: () => void
  readonly reading: Reading
}): void {
  const { step, goLive, toggleFind, reading } = actions
  const t = useChannelMessages().keys
  useShortcuts(t.title, [
    { keys: ['l'], label: t.live, run: goLive },
    { keys: ['p'], label: t.pause, run: () => reading.actions.toggle() },
    { keys: ['f'], label: t.find, run: toggleFind },
    { keys: ['['], label: t.previous, run: step.previous },
    { keys: [']'], label: t.next, run: step.next },
    {
      keys: ['r'],
      label: t.flow,
      run: () => lineFlow.choose(lineFlow.get() === 'rows' ? 'paragraphs' : 'rows'),
    },
    {
      keys: ['c'],
      label: t.letters,
      run: () => letterCase.choose(letterCase.get() === 'sent' ? 'sentence' : 'sent'),
    },
  ])
}
