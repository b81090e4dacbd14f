/** Secrets and what is made with them. */
export interface Signatures {
  /** A keyed hash of the text that only this server can make, base64url. */
  mac(text: string): Promise<string>
  /** Of what is looked up and not kept, hex. */
  hash(text: string): string
  /** HMAC-SHA256 with a `whsec_…` secret, base64. */
  webhookSignature(secret: string, text: string): string
  /** `whsec_` and 256 random bits, base64. */
  newWebhookSecret(): string
  newId(): string
}

/** A push message, encrypted for one browser (RFC 8291) and signed by this server (RFC 8292). */
export interface PushEncoder {
  /** base64url; what browsers subscribe with. */
  publicKey(): Promise<string>
  encode(
    subscription: {
      readonly endpoint: string
      readonly keys: { readonly p256dh: string; readonly auth: string }
    },
    payload: string,
  ): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }>
}
