-- Since when the buyer has been on IndiaMART, as v1 sends it (IM_MEMBER_SINCE).
ALTER TABLE leads ADD COLUMN member_since TEXT;
