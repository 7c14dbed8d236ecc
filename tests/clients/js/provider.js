// The build of the Catalogue: `provider.js URL BRANCH` verifies the pacts of Basket's branch.
// The verifier takes the address of the broker and the token from the environment.
const { Verifier } = require('@pact-foundation/pact');

const [providerBaseUrl, branch] = process.argv.slice(2);

new Verifier({
  provider: 'Catalogue',
  providerBaseUrl,
  pactBrokerUrl: process.env.PACT_BROKER_BASE_URL,
  consumerVersionSelectors: [{ branch }],
  providerVersion: '7',
  providerVersionBranch: 'main',
  publishVerificationResult: true,
  stateHandlers: { 'book 42 is for sale': async () => {} },
  logLevel: 'error',
})
  .verifyProvider()
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
