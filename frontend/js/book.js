// The pocketbook's page: its address can be shared.

import "./lib/sharing.js";
