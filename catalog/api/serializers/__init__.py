"""The shapes of the API's answers: one serializer an endpoint, and the parts they are made of."""
