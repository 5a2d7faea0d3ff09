// What every page of the console has.

import "./console/palette.js";
