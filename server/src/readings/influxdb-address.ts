// Address and credentials of InfluxDB.

export interface InfluxdbAddress {
  /** Without credentials, without a slash at its end. */
  readonly url: string;
  /** The bucket of 2.x. The database of 1.x and 3.x has the same name. */
  readonly bucket: string;
  /** Used by 2.x on `/api/v2/write` only. */
  readonly org: string | null;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** InfluxDB counts as unavailable if it does not answer, or does not continue an answer, within this time. */
  readonly answerWithinMs: number;
}
