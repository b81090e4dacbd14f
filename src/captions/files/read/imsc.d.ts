/** What is used of the IMSC reference implementation, which has no types of its own. */
declare module 'imsc/src/main/js/doc.js' {
  /** Elements of the body, their times resolved to seconds of the document. */
  export interface ImscElement {
    readonly kind?: string
    readonly begin: number
    /** Infinity where the document gives no end. */
    readonly end: number
    readonly lang?: string
    readonly regionID?: string
    readonly text?: string
    readonly contents?: readonly ImscElement[]
  }
  export interface ImscDocument {
    readonly body: ImscElement | null
    getMediaTimeEvents(): number[]
  }
  type Report = (text: string) => boolean
  const doc: {
    fromXML(
      text: string,
      errors: { info: Report; warn: Report; error: Report; fatal: Report },
    ): ImscDocument | null
  }
  export default doc
}
