// What a pocketbook has beside its chapters: the way out, where the pocketbook may touch wounds.

import "./lib/way_out.js";
