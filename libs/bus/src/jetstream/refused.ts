/** A request that the provisioner refuses: it stands, or says itself when it passes. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
