import { Component, type ReactNode } from 'react'
import { useMessages } from '../messages/catalogue.tsx'
import { useTitle } from '../shared/use-title.ts'

interface Props {
  readonly address: string
  readonly children: ReactNode
}

interface State {
  readonly hasFailed: boolean
  readonly address: string
}

/** Where a page fails, its frame stays, and says so; another address is another try. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { hasFailed: false, address: this.props.address }

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true }
  }

  static getDerivedStateFromProps({ address }: Props, state: State): State | null {
    return address === state.address ? null : { hasFailed: false, address }
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Broken /> : this.props.children
  }
}

function Broken(): ReactNode {
  const t = useMessages().broken
  useTitle(t.heading)
  return (
    <div className="page empty" role="alert">
      <h1>{t.heading}</h1>
      <p>{t.why}</p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {t.again}
        </button>
      </p>
    </div>
  )
}
