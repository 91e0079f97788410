// The certificate: its values can be copied, and its address shared.

import "./lib/sharing.js";
