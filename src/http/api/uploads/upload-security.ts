/** In the OpenAPI document: operations for the holder of the token, and for the project. */
export const TOKEN_OR_PROJECT: ReadonlyArray<Readonly<Record<string, readonly string[]>>> = [
  { uploadTokenInUrl: [] },
  { uploadToken: [] },
  { apiKey: [] },
  { session: [] },
]

/** The token may also be a field of the form. */
export const TOKEN_IN_FORM: ReadonlyArray<Readonly<Record<string, readonly string[]>>> = [
  { uploadTokenInUrl: [] },
  { uploadToken: [] },
  {},
]
