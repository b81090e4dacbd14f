/** What tests use of the IMSC reference implementation, which has no types of its own. */
declare module 'imsc/src/main/js/doc.js' {
  interface ImscDocument {
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
declare module 'imsc/src/main/js/isd.js' {
  interface ImscContent {
    readonly kind?: string
    readonly text?: string
    readonly contents?: readonly ImscContent[]
  }
  const isd: {
    generateISD(document: object, seconds: number): { readonly contents: readonly ImscContent[] }
  }
  export default isd
}
