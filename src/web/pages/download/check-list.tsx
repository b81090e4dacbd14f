import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { stretched, toggled, type Keys } from './checking.ts'

export interface CheckItem {
  readonly key: string
  readonly className?: string
  readonly lang?: string | undefined
  readonly content: ReactNode
}

export interface CheckListProps {
  readonly label: string
  readonly describedBy?: string
  readonly items: readonly CheckItem[]
  readonly checked: Keys
  readonly onCheck: (checked: Keys) => void
  /** Only the box of a row checks it; the row itself is shown by a click, and by moving to it. */
  readonly onShow?: (key: string) => void
  readonly shown?: string | undefined
}

/** Rows that a page key passes over. */
const pageRows = 10

/**
 * Rows to be checked: one by one, a stretch of them with shift, all with Ctrl+A; with a mouse, a finger or keys
 * alike. One stop of the Tab key.
 */
export function CheckList(props: CheckListProps): ReactNode {
  const { items, checked, onCheck, onShow, shown } = props
  const id = useId()
  const box = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState<string | null>(null)
  /** Where a stretch began, and what was checked then. */
  const anchor = useRef<{ key: string; base: Keys; isOn: boolean } | null>(null)
  const keys = items.map(({ key }) => key)
  const current = Math.max(0, keys.indexOf(at ?? shown ?? ''))
  const currentKey = keys[current]

  useEffect(() => {
    if (at === null) return
    box.current
      ?.querySelector(`[data-key="${CSS.escape(at)}"]`)
      ?.scrollIntoView({ block: 'nearest' })
  }, [at])

  const check = (key: string): void => {
    anchor.current = { key, base: checked, isOn: !checked.has(key) }
    onCheck(toggled(checked, key))
  }
  const stretch = (key: string, from: string | undefined): void => {
    anchor.current ??= { key: from ?? key, base: checked, isOn: true }
    const { key: begin, base, isOn } = anchor.current
    onCheck(stretched(keys, base, [begin, key], isOn))
  }
  const move = (to: number, isStretch: boolean): void => {
    const key = keys[Math.min(Math.max(to, 0), keys.length - 1)]
    if (key === undefined) return
    if (isStretch) stretch(key, currentKey)
    else anchor.current = null
    setAt(key)
    onShow?.(key)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event
    const isCommand = event.ctrlKey || event.metaKey
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + pageRows,
      PageUp: current - pageRows,
      Home: 0,
      End: keys.length - 1,
    }
    const to = moves[key]
    if (to !== undefined && !event.altKey)
      move(at === null && key.startsWith('Arrow') ? current : to, shiftKey)
    else if (key === ' ' && currentKey !== undefined) {
      setAt(currentKey)
      if (shiftKey) stretch(currentKey, undefined)
      else check(currentKey)
    } else if (key.toLowerCase() === 'a' && isCommand)
      onCheck(keys.every((one) => checked.has(one)) ? new Set() : new Set(keys))
    else if (key === 'Escape' && checked.size > 0) onCheck(new Set())
    else return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent): void => {
    const { target } = event
    if (!(target instanceof Element)) return
    const key = target.closest<HTMLElement>('[data-key]')?.dataset['key']
    // Whoever marks text to copy it checks nothing.
    if (key === undefined || getSelection()?.isCollapsed === false) return
    setAt(key)
    if (onShow !== undefined && !event.shiftKey && target.closest('.box') === null) onShow(key)
    else if (event.shiftKey) stretch(key, currentKey)
    else check(key)
  }
  return (
    <ul
      className="check-list"
      ref={box}
      role="listbox"
      aria-multiselectable="true"
      aria-label={props.label}
      aria-describedby={props.describedBy}
      aria-activedescendant={currentKey === undefined ? undefined : `${id}${currentKey}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseDown={(event) => {
        // Shift marks rows here, not text.
        if (event.shiftKey) {
          event.preventDefault()
          if (document.activeElement !== box.current) box.current?.focus({ preventScroll: true })
        }
      }}
    >
      {items.map(({ key, className, content, lang }) => (
        <li
          key={key}
          id={`${id}${key}`}
          data-key={key}
          role="option"
          aria-selected={checked.has(key)}
          lang={lang}
          className={[className, key === shown && 'shown', key === currentKey && 'current']
            .filter(Boolean)
            .join(' ')}
        >
          <span className="box" aria-hidden="true" />
          {content}
        </li>
      ))}
    </ul>
  )
}
