import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { useMessages } from '../../messages/catalogue.tsx'
import { useShortcuts } from './shortcuts.ts'

const ShortcutHelp = lazy(() => import('./shortcut-help.tsx'))

const opening = new EventTarget()

export function openKeyboardHelp(): void {
  opening.dispatchEvent(new Event('open'))
}

/** The keys that every page has, and the list of all of them, which `?` opens. */
export function KeyboardHelp(): ReactNode {
  const t = useMessages().keys
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const open = (): void => setOpen(true)
    opening.addEventListener('open', open)
    return () => opening.removeEventListener('open', open)
  }, [])
  useShortcuts(t.everywhere, [
    { keys: ['?'], label: t.help, run: () => setOpen(true) },
    { keys: ['/'], label: t.box, run: focusBox },
  ])
  if (!isOpen) return null
  return (
    <Suspense>
      <ShortcutHelp onClose={() => setOpen(false)} />
    </Suspense>
  )
}

/** The box of the page for words, where it has one. */
function focusBox(): boolean {
  const box = document.querySelector<HTMLInputElement>('[role=search] input')
  box?.focus()
  box?.select()
  return box !== null
}
