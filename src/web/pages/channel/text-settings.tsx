import { useId, type ReactNode } from 'react'
import { useChannelMessages } from '../../messages/channel/use-channel-messages.ts'
import { letterCase, lineFlow } from '../../shared/settings/choices.ts'
import { useKept } from '../../shared/settings/kept.ts'
import { Disclosure } from '../../shared/disclosure.tsx'
import { OptionSelect } from '../../shared/option-select.tsx'
import { ToolLabel } from './tool-label.tsx'

/** How the words of transcripts stand: rows or paragraphs, capitals or sentences. */
export function TextSettings(): ReactNode {
  const t = useChannelMessages().text
  const id = useId()
  return (
    <Disclosure className="text-settings" label={<ToolLabel tool="text">{t.label}</ToolLabel>}>
      <label className="field">
        <span>{t.flow}</span>
        <OptionSelect
          value={useKept(lineFlow)}
          options={lineFlow.values.map((value) => [value, t.flows[value]])}
          onChoose={lineFlow.choose}
        />
      </label>
      <div className="field">
        <label htmlFor={id}>{t.letters}</label>
        <OptionSelect
          id={id}
          value={useKept(letterCase)}
          options={letterCase.values.map((value) => [value, t.cases[value]])}
          onChoose={letterCase.choose}
        />
      </div>
      <p className="muted">{t.casesWhat}</p>
    </Disclosure>
  )
}
