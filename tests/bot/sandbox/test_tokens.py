"""How long access tokens live and what kills them."""

from typing import Any

LOGIN = {"grant_type": "client_credential", "appid": "wxsandbox00000001", "secret": "invented-secret"}


def _stable(api: Any, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api.client.post("/cgi-bin/stable_token", json=LOGIN | more).get_json()
    return answer


def _opens(api: Any, token: str) -> int:
    answer = api.client.get("/cgi-bin/getcallbackip", query_string={"access_token": token}).get_json()
    return int(answer.get("errcode", 0))


def test_a_stable_token_stays_the_same_until_its_last_five_minutes(api: Any, clock: Any) -> None:
    first = _stable(api)
    clock.real += 6899
    again = _stable(api)
    clock.real += 2
    renewed = _stable(api)
    assert again == {"access_token": first["access_token"], "expires_in": 301}
    assert renewed["access_token"] != first["access_token"]
    assert (_opens(api, first["access_token"]), _opens(api, renewed["access_token"])) == (0, 0)


def test_an_old_token_has_expired(api: Any, clock: Any) -> None:
    token = _stable(api)["access_token"]
    clock.real += 7200
    assert _opens(api, token) == 42001


def test_turning_the_schools_clock_ages_no_token(api: Any, clock: Any) -> None:
    token = _stable(api)["access_token"]
    clock.turn(days=3)
    assert _opens(api, token) == 0


def test_force_refresh_kills_the_old_token_and_may_not_be_hurried(api: Any, clock: Any) -> None:
    old, new = _stable(api)["access_token"], _stable(api, force_refresh=True)["access_token"]
    assert (_opens(api, old), _opens(api, new)) == (40001, 0)
    assert _stable(api, force_refresh=True)["errcode"] == 45011
    for _ in range(19):
        clock.real += 31
        assert "access_token" in _stable(api, force_refresh=True)
    clock.real += 31
    assert _stable(api, force_refresh=True)["errcode"] == 45009


def test_the_plain_token_before_lives_five_minutes_longer_and_the_stable_one_apart(api: Any, clock: Any) -> None:
    stable = _stable(api)["access_token"]
    first, second = (api.client.get("/cgi-bin/token", query_string=LOGIN).get_json()["access_token"] for _ in range(2))
    assert first != second
    assert (_opens(api, first), _opens(api, second)) == (0, 0)
    clock.real += 301
    assert (_opens(api, first), _opens(api, second), _opens(api, stable)) == (40001, 0, 0)


def test_wrong_credentials_are_told_apart(api: Any) -> None:
    assert _stable(api, secret="wrong")["errcode"] == 40125
    assert _stable(api, appid="wxsandboxother")["errcode"] == 40013
    assert _stable(api, grant_type="x")["errcode"] == 40002
    assert (_opens(api, ""), _opens(api, "nonsense")) == (41001, 40001)
    assert api.client.get("/cgi-bin/stable_token", query_string=LOGIN).get_json()["errcode"] == 43002


def test_voiding_makes_the_token_invalid_and_the_next_one_good(api: Any, platform: Any) -> None:
    token = _stable(api)["access_token"]
    platform.void_tokens("demo")
    assert _opens(api, token) == 40001
    assert _opens(api, _stable(api)["access_token"]) == 0
