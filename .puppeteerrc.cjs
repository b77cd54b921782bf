// The browser of the tests is the Chromium that npm `@sparticuz/chromium` carries (or an installed one):
// puppeteer's own download would need a network beyond the npm registry.
module.exports = { skipDownload: true };
