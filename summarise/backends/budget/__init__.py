"""What a run may spend: tokens estimated, prices, ceilings, and the backend that keeps within them."""
