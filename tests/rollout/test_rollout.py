from .driver import AgentDriver
async def test_create_makes_one_version_and_pins_the_traffic_to_it(echo: AgentDriver) -> None:
    state = await echo.create()
    assert echo.foundry.writes() == ["POST /versions", "PATCH /"]
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]
    assert (state["version"], state["status"]) == ("1", "active")
    await echo.update(image="echo:v2", verify={"kind": "request", "prompt": "hi"}, rollout={"steps":[10,50], "hold": 3600})
    print(echo.told, echo.foundry.writes())
