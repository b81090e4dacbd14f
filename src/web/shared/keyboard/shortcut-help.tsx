import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useShortcutMessages } from '../../messages/shortcuts/use-shortcut-messages.ts'
import { useKept } from '../settings/kept.ts'
import { shortcutsOn, useShortcutGroups } from './shortcuts.ts'
import './shortcut-help.css'

/** The keys of the page that is open, and the switch that turns them all off. */
export default function ShortcutHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useShortcutMessages()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const groups = useShortcutGroups()
  const isOn = useKept(shortcutsOn) === 'on'
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="shortcut-help"
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        // What is pressed outside of its content is its backdrop.
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
    >
      <div>
        <h2 id={id}>{t.heading}</h2>
        <label className="check">
          <input
            type="checkbox"
            checked={isOn}
            onChange={({ target }) => shortcutsOn.choose(target.checked ? 'on' : 'off')}
          />
          <span>
            {t.on}
            <span className="muted">{t.onWhat}</span>
          </span>
        </label>
        {groups.map(({ title, shortcuts }) => (
          <section key={title} aria-label={title} className={isOn ? undefined : 'is-off'}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.map(({ keys, label }) => (
                <div key={label}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{t.keys[key] ?? key}</kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <button type="button" onClick={() => dialog.current?.close()}>
          {t.close}
        </button>
      </div>
    </dialog>
  )
}
