/** What only tests use of it. */
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
