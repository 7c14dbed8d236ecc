// The tests of Basket: `consumer.js VERSION DIRECTORY` leaves their pact in a directory.
const { PactV4, MatchersV3 } = require('@pact-foundation/pact');

const [version, dir] = process.argv.slice(2);
const part = version === '1' ? { title: 'Any title' } : { weight: 350 };
const [name, value] = Object.entries(part)[0];

async function main() {
  const pact = new PactV4({ consumer: 'Basket', provider: 'Catalogue', dir, logLevel: 'warn' });
  await pact
    .addInteraction()
    .given('book 42 is for sale')
    .uponReceiving(`a request for the ${name} of a book`)
    .withRequest('GET', '/books/42')
    .willRespondWith(200, (answer) => answer.jsonBody(MatchersV3.like({ isbn: '42', ...part })))
    .executeTest(async (catalogue) => {
      const answer = await fetch(`${catalogue.url}/books/42`);
      const book = await answer.json();
      if (book[name] !== value) throw new Error(`no ${name} in ${JSON.stringify(book)}`);
    });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
