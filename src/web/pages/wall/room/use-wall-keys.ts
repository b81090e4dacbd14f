import { useEffect, useEffectEvent } from 'react'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { shortcutsOn, useShortcuts, type Shortcut } from '../../../shared/keyboard/shortcuts.ts'

export type WallKey =
  | 'pauseAll'
  | 'add'
  | 'full'
  | 'pause'
  | 'track'
  | 'size'
  | 'aloud'
  | 'remove'
  | 'before'
  | 'after'
  | 'moveBefore'
  | 'moveAfter'
  | 'moveUp'
  | 'moveDown'

/** What the list of keys says of them, as they are written on keyboards; / is a key of the whole site. */
const keysOfTile = [
  ['arrows', '← →'],
  ['move', '⇧ ← → ↑ ↓'],
  ['pause', 'p'],
  ['track', 't'],
  ['size', 's'],
  ['aloud', 'r'],
  ['remove', 'Del'],
] as const
const keysOfWall = [
  ['pauseAll', '⇧ p'],
  ['add', 'a'],
  ['filter', '/'],
  ['full', 'f'],
] as const

const anywhere: Readonly<Record<string, WallKey>> = {
  ...{ P: 'pauseAll', a: 'add', f: 'full' },
}
const inTile: Readonly<Record<string, WallKey>> = {
  ...{ p: 'pause', t: 'track', s: 'size', r: 'aloud', Delete: 'remove' },
  ...{ ArrowLeft: 'before', ArrowRight: 'after' },
}
const inTileShifted: Readonly<Record<string, WallKey>> = {
  ...{ ArrowLeft: 'moveBefore', ArrowRight: 'moveAfter' },
  ...{ ArrowUp: 'moveUp', ArrowDown: 'moveDown' },
}

/** `tile`: the key of the one that has the focus, for what is done to one. */
export function useWallKeys(onKey: (key: WallKey, tile: string | null) => void): void {
  const t = useWallMessages().keys
  const listed = (keys: typeof keysOfTile | typeof keysOfWall): readonly Shortcut[] =>
    keys.map(([does, key]) => ({
      keys: key.split(' '),
      label: t.says[does],
      // Which tile has the focus, and whether a key is shifted, is looked at below.
      run: () => false,
    }))
  useShortcuts(t.inTile, listed(keysOfTile))
  useShortcuts(t.anywhere, listed(keysOfWall))
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const element = target instanceof Element ? target : null
    // Who writes writes, and an open panel has keys of its own.
    if (element?.closest('input, select, textarea, .panel, dialog') != null) return
    const tile = element?.closest<HTMLElement>('[data-tile]')?.dataset['tile'] ?? null
    const key = keyOf(event, tile !== null)
    if (key === undefined) return
    event.preventDefault()
    onKey(key, tile)
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKeyDown(event)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}

function keyOf({ key, shiftKey }: KeyboardEvent, isInTile: boolean): WallKey | undefined {
  const found =
    (isInTile ? (shiftKey ? inTileShifted[key] : inTile[key]) : undefined) ?? anywhere[key]
  return key.length === 1 && shortcutsOn.get() === 'off' ? undefined : found
}
