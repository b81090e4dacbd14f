const odd = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0
  for (let bit = 0; bit < 8; bit++) ones += (byte >> bit) & 1
  return ones & 1
})

/** Line 21 bytes carry an odd number of ones. */
export function hasOddParity(byte: number): boolean {
  return odd[byte & 0xff] === 1
}
