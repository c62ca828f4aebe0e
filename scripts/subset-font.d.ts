declare module 'subset-font' {
  /** A font with nothing but the glyphs of a text. */
  export default function subset(font: Uint8Array, text: string, options: { targetFormat: 'woff2' }): Promise<Uint8Array>
}
